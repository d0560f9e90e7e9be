from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInLinkMade:
    user_id: int
    expires_at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class PersonSignedIn:
    user_id: int
    way: str  # "password" or "link"


@dataclass(frozen=True, slots=True)
class PersonSignedOut:
    user_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    user_id: int


@dataclass(frozen=True, slots=True)
class PersonAdded:
    user_id: int
    login: str
    team: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonChanged:
    user_id: int
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class PersonDeactivated:
    user_id: int


@dataclass(frozen=True, slots=True)
class PersonReactivated:
    user_id: int


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    user_id: int
    language: str


@dataclass(frozen=True, slots=True)
class NumberStyleChosen:
    user_id: int
    style: str


@dataclass(frozen=True, slots=True)
class DeliveryTriedAgain:
    delivery_id: int


@dataclass(frozen=True, slots=True)
class FirstStepsHidden:
    user_id: int


@dataclass(frozen=True, slots=True)
class FirstStepsShown:
    user_id: int


@dataclass(frozen=True, slots=True)
class TeamAdded:
    team_id: int
    name: str


@dataclass(frozen=True, slots=True)
class TeamRenamed:
    team_id: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TeamRemoved:
    team_id: int
    name: str


@dataclass(frozen=True, slots=True)
class RoleAdded:
    role_id: int
    name: str
    scope: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleChanged:
    role_id: int
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class RoleRemoved:
    role_id: int
    name: str


@dataclass(frozen=True, slots=True)
class TokenCreated:
    token_id: int
    user_id: int
    name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    token_id: int
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationChanged:
    organisation_id: int
    before: dict[str, object]
    after: dict[str, object]
