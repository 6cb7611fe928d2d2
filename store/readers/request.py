"""What the user named, what was found, and what a form needs to let the user correct it."""

from dataclasses import dataclass

COLUMN_ROLES = ("id", "label", "text", "image", "truth", "trusted")
ARRAY_ROLES = ("embeddings", "pred_probs")
RETRIEVAL_ROLES = ("split", "runs", "cross_encoder")
"""What only a retrieval set has."""
NONE = ""
"""As a choice: this role is played by nothing, and nothing shall be looked for."""


@dataclass(frozen=True)
class Request:
    """What the user named. None = find it by name; "" = there is none, do not look.

    id, label, text, truth: a column. trusted: a column of true and false.
    image: a column of paths or picture bytes, or an array.
    embeddings, pred_probs: a column of lists, or an array.
    An array is an array of the .npz that is opened, a .npy file, an .npz file, or "file.npz:key".
    encoder: None = the offline default; else "sentence-transformers:NAME" or
        "open_clip:NAME[/PRETRAINED]". Naming an encoder turns the search for embeddings off.
    split: of a retrieval set with several files of judgements, the one that is meant.
    runs: files of what systems returned, in TREC's form, beside those that are found.
    cross_encoder: a file of that form with scores of a model that reads both texts.
    """

    id: str | None = None
    label: str | None = None
    text: str | None = None
    image: str | None = None
    truth: str | None = None
    trusted: str | None = None
    embeddings: str | None = None
    pred_probs: str | None = None
    encoder: str | None = None
    split: str | None = None
    runs: tuple[str, ...] = ()
    cross_encoder: str | None = None

    def __post_init__(self) -> None:
        # A workspace remembers a list, which is how JSON has it.
        object.__setattr__(self, "runs", tuple(self.runs))

    def named(self, role: str) -> str | None:
        """The user's choice for a role; None = find it by name."""
        choice: str | None = getattr(self, role)
        return choice


@dataclass(frozen=True)
class Guess:
    """What plays one role, and why. Notes on how the file was read come the same way.

    role: one of Request's, or "encoding", "left out".
    choice: a column, an array or a file; None = nothing plays this role.
    candidates: what else could, for the user to choose from.
    """

    role: str
    choice: str | None
    because: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """Enough for a form: what there is, and what would be used.

    columns: name -> type in words. rows: None where counting would mean reading everything.
    arrays: names of the arrays an .npz holds.
    parts: of a retrieval set instead, how many queries, passages, judgements and runs there are;
        None = not counted.
    """

    columns: dict[str, str]
    rows: int | None
    guesses: tuple[Guess, ...]
    arrays: tuple[str, ...] = ()
    parts: dict[str, int | None] | None = None
