"""Front door: the list of pages, the HTTP routes, the one error box, nothing else.

Streamlit runs this file twice over: as the server's module, which makes `app`, and as the script of
every visit, which draws a page.
"""

import streamlit as st

from pages.shared import frame, problem, routes
from store.errors import UserError

if __name__ == "__main__":
    frame.begin()
    page = st.navigation(
        {
            "Find": [
                st.Page(
                    "pages/find/data.py", title="Data", icon=":material/table_view:", default=True
                ),
                st.Page("pages/find/score.py", title="Score", icon=":material/bar_chart:"),
                st.Page("pages/find/explore.py", title="Explore", icon=":material/scatter_plot:"),
            ],
            "Decide": [
                st.Page(
                    "pages/decide/review.py", title=frame.review_title(), icon=":material/rule:"
                ),
                st.Page("pages/decide/export.py", title="Export", icon=":material/download:"),
            ],
            "About": [
                st.Page("pages/about/methods.py", title="Methods", icon=":material/menu_book:"),
            ],
        }
    )
    try:
        frame.sidebar()
        page.run()
    except UserError as mistake:
        problem.show(mistake)
else:
    app = st.App(
        __file__,
        routes=routes.ROUTES,
        middleware=routes.MIDDLEWARE,
        lifespan=routes.lifespan,
        on_script_error=problem.show_if_sentence,
    )
