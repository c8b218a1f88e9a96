"""Which Region a stack is for; its account is not known before it is deployed."""

from aws_cdk import Environment

from infra.settings import Settings


def environment_of(settings: Settings) -> Environment | None:
    """The Region of the deployment; None for the local stage, whose templates fit whatever Region the emulator is in."""
    return None if settings.is_local else Environment(region=settings.region)
