"""T-Developer's flows, as tests of loads want them."""

from infra.service import T_DEVELOPER
from loadtests.flows_file import read_flows

FLOWS = read_flows(T_DEVELOPER.flows)
