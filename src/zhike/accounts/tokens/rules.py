from zhike.accounts.sign_in.rules import hash_secret, new_secret

PREFIX = "zk_"
SHOWN = 10  # characters that stay visible, to tell tokens apart


def new_token() -> tuple[str, str, str]:
    """Return a token, its visible beginning, and the hash that is kept."""
    token = PREFIX + new_secret()
    return token, token[:SHOWN], hash_secret(token)
