import gzip

import pytest

from zhike.accounts.testing import make_user
from zhike.config.compression import compress

GZIP = {"Accept-Encoding": "gzip, br"}


def test_compressed_content_comes_back_and_its_size_tells_nothing():
    sizes = {len(packed := compress(b"a secret" * 100)) for _ in range(50)}
    assert gzip.decompress(packed) == b"a secret" * 100
    assert len(sizes) > 5


@pytest.mark.django_db
def test_a_page_is_compressed_for_who_reads_it(client):
    client.force_login(make_user("ada"))
    packed, plain = client.get("/customers/", headers=GZIP), client.get("/customers/")
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 3
    assert "<title>" in gzip.decompress(packed.content).decode()
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.django_db
def test_answers_of_the_api_and_short_ones_go_as_they_are(client):
    client.force_login(make_user("ada"))
    assert "Content-Encoding" not in client.get("/api/customers", headers=GZIP)
    assert "Content-Encoding" not in client.get("/search/?q=", headers={**GZIP, "HX-Request": "true"})
