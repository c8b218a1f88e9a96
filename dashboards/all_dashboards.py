"""All dashboards of a deployment, in the order in which a person goes through them."""

from dashboards.agents import agents
from dashboards.api import api
from dashboards.context import Deployment
from dashboards.data import data
from dashboards.gates import gates
from dashboards.loadtest import loadtest
from dashboards.model import Dashboard
from dashboards.overview import overview


def all_dashboards(deployment: Deployment) -> tuple[Dashboard, ...]:
    """Overview, API, gates, agents, data, load test."""
    return tuple(make(deployment) for make in (overview, api, gates, agents, data, loadtest))
