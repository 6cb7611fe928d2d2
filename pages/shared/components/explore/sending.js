/** Requests that change something: each has an outcome, so that nobody has to guess what became of it. */

import { Refusal, post } from "../shared/server.js";

export class Sending {
  constructor(page) {
    this.page = page;
  }

  /**
   * {answer}, or {said, refused}: refused = the server will not do it as it is, and has not; otherwise
   * nobody knows whether it was done, and the same request may be sent again.
   */
  async send(what, body) {
    const { fingerprint, reviewer } = this.page.data;
    try {
      const whole = { reviewer, tab: this.page.tab, ...body };
      return { answer: await post("explore", fingerprint, what, whole) };
    } catch (problem) {
      const refused = problem instanceof Refusal && problem.lasting;
      const said = (problem instanceof Refusal && problem.said) || "The server does not answer.";
      return { said, refused };
    }
  }
}
