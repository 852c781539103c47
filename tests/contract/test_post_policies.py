"""Hold the judge of posted forms to the example that AWS publishes with its signature."""

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.contract.post_policies import Posted, refusal_of

# Amazon S3 API Reference, "Browser-based upload using HTTP POST (Signature Version 4)".
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
REDIRECT = "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"
POLICY = "\r\n".join(
    (
        '{ "expiration": "2015-12-30T12:00:00.000Z",',
        '  "conditions": [',
        '    {"bucket": "sigv4examplebucket"},',
        '    ["starts-with", "$key", "user/user1/"],',
        '    {"acl": "public-read"},',
        f'    {{"success_action_redirect": "{REDIRECT}"}},',
        '    ["starts-with", "$Content-Type", "image/"],',
        '    {"x-amz-meta-uuid": "14365123651274"},',
        '    {"x-amz-server-side-encryption": "AES256"},',
        '    ["starts-with", "$x-amz-meta-tag", ""],',
        "",
        '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
        '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
        '    {"x-amz-date": "20151229T000000Z" }',
        "  ]",
        "}",
    )
)
EXAMPLE = Posted(
    bucket="sigv4examplebucket",
    fields={
        "key": "user/user1/${filename}",
        "acl": "public-read",
        "success_action_redirect": REDIRECT,
        "Content-Type": "image/jpeg",
        "x-amz-meta-uuid": "14365123651274",
        "x-amz-meta-tag": "",
        "x-amz-server-side-encryption": "AES256",
        "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": "20151229T000000Z",
        "Policy": base64.b64encode(POLICY.encode()).decode(),
        "X-Amz-Signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
    },
    size=10,
    at=datetime(2015, 12, 30, 11, 59, tzinfo=UTC),
)


class TestTheJudge:
    def test_finds_the_published_example_right(self) -> None:
        assert refusal_of(EXAMPLE, secret=SECRET) == ""

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            ({"key": "user/user2/a"}, "key"),
            ({"acl": "private"}, "acl"),
            ({"Content-Type": "text/html"}, "content-type"),
            ({"x-amz-website-redirect-location": "/"}, "extra x-amz-website-redirect-location"),
            ({"X-Amz-Signature": "0" * 64}, "signature"),
        ],
    )
    def test_sees_what_was_changed(self, changed: dict[str, str], refusal: str) -> None:
        posted = replace(EXAMPLE, fields={**EXAMPLE.fields, **changed})

        assert refusal_of(posted, secret=SECRET) == refusal

    def test_sees_the_end_of_a_policy(self) -> None:
        late = replace(EXAMPLE, at=datetime(2015, 12, 30, 12, 0, tzinfo=UTC))

        assert refusal_of(late, secret=SECRET) == "expired"
