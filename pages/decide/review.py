"""The queue, one example at a time."""

from pages.shared import choosing, progress_parts, state, waiting
from pages.shared.review_card import review_card

project = state.project()
audit = waiting.needed_audit(project)
view = choosing.choose_view(project, audit)
review_card(project, audit, view)
progress_parts.standing(project, audit)
