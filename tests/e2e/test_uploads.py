"""F44 on the local cloud: the form that the platform gives out, posted as a browser would.

MiniStack keeps to the policy of a form but not to its signature, and compares no checksum: what it
lets through here is refused by the platform itself (tests/faults/test_uploads.py).
"""

import io
from datetime import date

import pytest

from infra.local.bringing_up import LocalCloud
from infra.local.demonstration.papers import Paper
from infra.local.demonstration.post import PURPOSE, Post
from nbcredit.command.calls import Client, caller_of
from nbcredit.command.forms import UploadRefused, post as send
from nbcredit.domain.submissions import State
from nbcredit.wire.uploads import FileBody, FormView, PrepareUpload
from tests.e2e.files import a_file


def a_form(post: Post, paper: Paper, *, size: int | None = None) -> FormView:
    caller = caller_of(id="wang", organisation=paper.provider)
    call = PrepareUpload(
        caller=caller,
        purpose=PURPOSE,
        provider=paper.provider,
        item=paper.item,
        period=str(post.period),
        file=FileBody(
            name="十月 处罚.csv", size=len(paper.content) if size is None else size, sha256=""
        ),
    )
    return FormView.model_validate(Client(post.local.invoke, caller).call(call))


def changed(form: FormView, **fields: str) -> FormView:
    return form.model_copy(update={"fields": {**form.fields, **fields}})


def posted(form: FormView, content: bytes) -> None:
    send(form, io.BytesIO(content), size=len(content))


def keys(local: LocalCloud) -> set[str]:
    found: set[str] = set()
    pages = local.gateway.s3.get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=local.stack.outputs["FilesBucket"]):
        found |= {each["Key"] for each in page.get("Contents", ())}
    return found


@pytest.mark.fault("F44")
@pytest.mark.requirement("A5.1")
class TestAFormOfThePlatform:
    @pytest.mark.requirement("A5.3")
    @pytest.mark.fault("F43")
    def test_brings_a_file_all_the_way_once(self, post: Post, today: date) -> None:
        paper = a_file("form.csv", seed=4401, today=today, rows=3)
        form = a_form(post, paper)

        for _ in range(3):
            posted(form, paper.content)
        ended = post.follow([paper])[paper.title]
        assert post.quiet()

        assert (ended.state, ended.file_name) == (State.SETTLED, "十月 处罚.csv")
        mine = [each for each in post.submissions_of(paper.provider) if each.sha256 == ended.sha256]
        assert len(mine) == 1

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"key": "incoming/zjj/administrative-penalty/2026-10/x"}, "AccessDenied"),
            ({"key": "submissions/x/receipt.json"}, "AccessDenied"),
            ({"x-amz-meta-name": "a"}, "AccessDenied"),
            ({"Content-Type": "text/html"}, "AccessDenied"),
            ({"policy": "e30="}, "InvalidPolicyDocument"),
        ],
    )
    def test_takes_nothing_to_another_place(
        self, post: Post, today: date, fields: dict[str, str], code: str
    ) -> None:
        paper = a_file("form.csv", seed=4402, today=today, rows=1)
        form = a_form(post, paper)
        before = keys(post.local)

        with pytest.raises(UploadRefused) as refused:
            posted(changed(form, **fields), paper.content)

        assert refused.value.reason == code
        assert keys(post.local) == before
        assert post.look(post.submission_of(paper)) is None

    @pytest.mark.parametrize(
        ("content", "code"), [(b"x", "EntityTooSmall"), (b"x" * 99, "EntityTooLarge")]
    )
    def test_takes_nothing_of_another_size(
        self, post: Post, today: date, content: bytes, code: str
    ) -> None:
        paper = a_file("form.csv", seed=4403, today=today, rows=1)
        form = a_form(post, paper, size=50)
        before = keys(post.local)

        with pytest.raises(UploadRefused) as refused:
            posted(form, content)

        assert refused.value.reason == code
        assert keys(post.local) == before
