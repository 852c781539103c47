"""Credit-work exchange in the work table: a post with its thread, and a list an organisation."""

from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection

from nbcredit.adapters.dynamodb.ledger import Ledger, Unmet
from nbcredit.adapters.dynamodb.tables import WorkModel, batch_get
from nbcredit.domain.audit import Act
from nbcredit.domain.events import Event
from nbcredit.domain.exchange import Post, Reading, Reply, UnknownPost
from nbcredit.domain.periods import utc_text
from nbcredit.usecases.exchange import Listed, StalePost

_POST: Final = TypeAdapter(Post)
_REPLY: Final = TypeAdapter(Reply)
_READING: Final = TypeAdapter(Reading)


class PostItem(WorkModel):
    """A post; `answered` is when somebody said something last, written with what was said."""

    revision = NumberAttribute()
    body = UnicodeAttribute()
    answered = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, post: Post) -> "PostItem":
        return cls(
            _partition(post.id),
            "META",
            revision=post.revision,
            body=_POST.dump_json(post).decode(),
        )

    def post(self) -> Post:
        return _POST.validate_json(self.body)


class ReplyItem(WorkModel):
    """One reply."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, reply: Reply) -> "ReplyItem":
        return cls(
            _partition(reply.post), f"REPLY#{reply.id}", body=_REPLY.dump_json(reply).decode()
        )

    def reply(self) -> Reply:
        return _REPLY.validate_json(self.body)


class ReadingItem(WorkModel):
    """That one person of an organisation has read it, since when."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, reading: Reading) -> "ReadingItem":
        return cls(
            *cls.key_of(reading.post, reading.organisation, reading.person),
            body=_READING.dump_json(reading).decode(),
        )

    @staticmethod
    def key_of(post: str, organisation: str, person: str) -> tuple[str, str]:
        return _partition(post), f"READ#{organisation}#{person}"

    def reading(self) -> Reading:
        return _READING.validate_json(self.body)


class ListedPostItem(WorkModel):
    """A place where a post is found: its sender's list, and each addressee's."""

    post = UnicodeAttribute()

    @classmethod
    def of_sender(cls, post: Post) -> "ListedPostItem":
        return cls(_list_of(post.sender, sent=True), _place(post), post=post.id)

    @classmethod
    def of_addressee(cls, post: Post, organisation: str) -> "ListedPostItem":
        return cls(_list_of(organisation, sent=False), _place(post), post=post.id)


class DynamoPostReader:
    """Posts, as those who follow their events need them."""

    def get(self, post_id: str) -> Post:
        try:
            return PostItem.get(_partition(post_id), "META", consistent_read=True).post()
        except PostItem.DoesNotExist as error:
            raise UnknownPost(post_id) from error

    def deliver(self, post: Post, organisation: str) -> None:
        ListedPostItem.of_addressee(post, organisation).save()


class DynamoPosts(DynamoPostReader):
    """Posts, replies and readings."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger

    def send(self, post: Post, *, act: Act, event: Event) -> bool:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(PostItem.of(post), condition=PostItem.pk.does_not_exist())
                tx.save(ListedPostItem.of_sender(post))
        except Unmet:
            return False
        return True

    def close(self, post: Post, *, act: Act, event: Event) -> None:
        item = PostItem.of(post)
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.update(
                    item,
                    actions=[PostItem.body.set(item.body), PostItem.revision.set(post.revision)],
                    condition=PostItem.revision == post.revision - 1,
                )
        except Unmet as error:
            raise StalePost(post.id) from error

    def reply(self, reply: Reply, *, post: Post, act: Act, event: Event) -> bool:
        try:
            with self._ledger.transaction(act, event=event) as tx:
                tx.save(ReplyItem.of(reply), condition=ReplyItem.pk.does_not_exist())
                tx.update(
                    PostItem.of(post),
                    actions=[PostItem.answered.set(utc_text(reply.at))],
                    condition=PostItem.revision == post.revision,
                )
        except Unmet as error:
            if any(each.id == reply.id for each in self.replies(post.id)):
                return False
            raise StalePost(post.id) from error
        return True

    def replies(self, post_id: str) -> Sequence[Reply]:
        found = ReplyItem.query(
            _partition(post_id), ReplyItem.sk.startswith("REPLY#"), consistent_read=True
        )
        return sorted((item.reply() for item in found), key=lambda each: (each.at, each.id))

    def mark_read(self, reading: Reading, *, act: Act) -> bool:
        try:
            with self._ledger.transaction(act) as tx:
                tx.save(ReadingItem.of(reading), condition=ReadingItem.pk.does_not_exist())
        except Unmet:
            return False
        return True

    def readings(self, post_id: str) -> Sequence[Reading]:
        found = ReadingItem.query(
            _partition(post_id), ReadingItem.sk.startswith("READ#"), consistent_read=True
        )
        return [item.reading() for item in found]

    def listed(self, organisation: str, *, sent: bool, person: str, limit: int) -> Sequence[Listed]:
        items = ListedPostItem.query(
            _list_of(organisation, sent=sent), scan_index_forward=False, limit=limit
        )
        listed = [item.post for item in items]
        keys = [
            *((_partition(each), "META") for each in listed),
            *(ReadingItem.key_of(each, organisation, person) for each in listed),
        ]
        posts: dict[str, Post] = {}
        readings: dict[str, Reading] = {}
        for raw in batch_get(self._connection, WorkModel.Meta.table_name, keys):
            if raw["sk"]["S"] == "META":
                post = PostItem.from_raw_data(dict(raw)).post()
                posts[post.id] = post
            else:
                reading = ReadingItem.from_raw_data(dict(raw)).reading()
                readings[reading.post] = reading
        return [
            Listed(posts[each], readings[each].at if each in readings else None) for each in listed
        ]


def _partition(post_id: str) -> str:
    return f"EXCHANGE#{post_id}"


def _list_of(organisation: str, *, sent: bool) -> str:
    return f"EXCHANGE#{'SENT' if sent else 'RECEIVED'}#{organisation}"


def _place(post: Post) -> str:
    return f"{utc_text(post.sent_at)}#{post.id}"
