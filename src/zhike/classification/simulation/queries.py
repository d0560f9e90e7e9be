from zhike.classification.models import Scheme, SchemeVersion, Simulation

from .errors import NoSuchSimulation

MOST_LISTED = 50


def get_simulation(*, simulation_id: int) -> Simulation:
    """Return a simulation with its scheme and who asked for it.

    :raises NoSuchSimulation:
    """
    found = Simulation.objects.select_related("scheme", "by").filter(id=simulation_id).first()
    if found is None:
        raise NoSuchSimulation
    return found


def list_simulations(*, scheme: Scheme) -> list[Simulation]:
    """Return the latest simulations of a scheme, newest first, without their results."""
    found = Simulation.objects.filter(scheme=scheme).select_related("by").defer("result", "inputs")
    return list(found.order_by("-id")[:MOST_LISTED])


def list_versions(*, scheme: Scheme) -> list[SchemeVersion]:
    """Return all versions of a scheme, the newest first."""
    return list(SchemeVersion.objects.filter(scheme=scheme).select_related("created_by").order_by("-number"))
