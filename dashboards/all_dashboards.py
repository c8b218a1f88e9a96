"""All dashboards of a deployment, in the order in which a person goes through them."""

from dashboards.context import Deployment
from dashboards.loadtest import LOAD_TEST, loadtest
from dashboards.model import Dashboard
from dashboards.overview import overview
from dashboards.pages import kind_page, own_page


def all_dashboards(deployment: Deployment) -> tuple[Dashboard, ...]:
    """The overview, the service's own pages, those of the kinds of its resources, and its load test's.

    A page of the service's own stands in the place of the others of its name, and of those that it names.
    """
    taken = {name for page in deployment.pages for name in (page.name, *page.instead_of)}
    boards = [overview(deployment)]
    boards += (board for page in deployment.pages for board in own_page(page, deployment))
    boards += (
        board for kind in deployment.kinds if kind.name not in taken for board in kind_page(kind, deployment)
    )  # fmt: skip
    if LOAD_TEST not in taken:
        boards += loadtest(deployment)
    return tuple(boards)
