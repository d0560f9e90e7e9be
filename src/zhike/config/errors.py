"""What can keep an installation from starting. `exit_code` is what the command answers to the shell."""

from zhike.config.words import Phrase as _
from zhike.kit.errors import Refusal


class CannotStart(Refusal):
    code = "config.cannot_start"
    exit_code = 2


class DiskFull(CannotStart):
    code = "config.disk_full"
    exit_code = 4
    sentence = _("{folder} has {free_mb} MB left and {needed_mb} MB are needed. Free some space, or set ZHIKE_HOME.")


class DiskRanFull(CannotStart):
    code = "config.disk_ran_full"
    exit_code = 4
    sentence = _(
        "The disk is full: {free_mb} MB are left where {folder} is. "
        "Free some space and start again; what is there is kept."
    )


class PortTaken(CannotStart):
    code = "config.port_taken"
    exit_code = 5
    sentence = _("Port {port} on {host} is taken by another program. Stop it, or give another --port.")


class DatabaseUnreachable(CannotStart):
    code = "config.database_unreachable"
    exit_code = 6
    sentence = _("The database does not answer: {reason}. Check DATABASE_URL, or leave it out to use the embedded one.")


class DatabaseNotStarted(CannotStart):
    code = "config.database_not_started"
    exit_code = 6
    sentence = _("The embedded database did not start: {reason}. Its log is {log}.")


class DatabaseOfAnother(CannotStart):
    code = "config.database_of_another"
    exit_code = 6
    sentence = _("The database in {folder} belongs to the user {owner}. Run this as {owner}, or set ZHIKE_HOME.")


class DatabaseTooOld(CannotStart):
    code = "config.database_other_version"
    exit_code = 6
    sentence = _(
        "The database in {folder} was made by PostgreSQL {found}; this version of Zhike brings PostgreSQL {ours}. "
        "Run `zhike backup FILE` with the version of Zhike that you used before, then `zhike restore FILE --force` "
        "with this one."
    )


class HomeUnusable(CannotStart):
    code = "config.home_unusable"
    exit_code = 6
    sentence = _("{folder} cannot be used: {reason}. Set ZHIKE_HOME to a folder that you may write to.")


class NoServerAccount(CannotStart):
    code = "config.no_server_account"
    exit_code = 6
    sentence = _(
        "PostgreSQL does not run as this user (user number {uid}), which has no name on this machine. "
        "Give it a name, or set DATABASE_URL to a PostgreSQL of your own."
    )
