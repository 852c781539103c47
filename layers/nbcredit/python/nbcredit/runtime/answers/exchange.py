"""Calls about credit-work exchange."""

from collections.abc import Callable
from dataclasses import dataclass

from nbcredit.domain.exchange import PostKind
from nbcredit.runtime.answering import Answers, Asked
from nbcredit.usecases.exchange import Draft, Exchange
from nbcredit.usecases.receiving import Organisations
from nbcredit.wire.exchange import (
    AnswerQuestion,
    AskQuestion,
    CloseQuestion,
    DeliveredFileView,
    DeliverExchangeFile,
    ListPosts,
    ListReaders,
    Names,
    PostList,
    PostNotice,
    PostView,
    PrepareExchangeFile,
    ReadersView,
    ReplyView,
    ShowPost,
    ThreadView,
    post_list,
    post_view,
    readers_view,
    reply_view,
    thread_view,
)
from nbcredit.wire.uploads import FormView, form_view


@dataclass(frozen=True, slots=True)
class ExchangeAnswers:
    """Answers them; the use case is made when the first asks."""

    exchange: Callable[[], Exchange]
    organisations: Organisations

    def all(self) -> Answers:
        return {
            PrepareExchangeFile: self._prepare,
            DeliverExchangeFile: self._deliver,
            PostNotice: self._post,
            AskQuestion: self._ask,
            AnswerQuestion: self._answer,
            CloseQuestion: self._close,
            ListPosts: self._list,
            ShowPost: self._show,
            ListReaders: self._readers,
        }

    def _prepare(self, call: PrepareExchangeFile, asked: Asked) -> FormView:
        return form_view(self.exchange().prepare_file(call.file.told, by=asked.by))

    def _deliver(self, call: DeliverExchangeFile, asked: Asked) -> DeliveredFileView:
        number = self.exchange().deliver_file(call.name, call.content, by=asked.by)
        return DeliveredFileView(upload=number)

    def _post(self, call: PostNotice, asked: Asked) -> PostView:
        return self._send(call, call.kind, asked)

    def _ask(self, call: AskQuestion, asked: Asked) -> PostView:
        return self._send(call, PostKind.QUESTION, asked)

    def _send(self, call: PostNotice | AskQuestion, kind: PostKind, asked: Asked) -> PostView:
        draft = Draft(
            kind=kind,
            title=call.title,
            text=call.text,
            audience=call.to.audience,
            uploads=call.uploads,
        )
        sent = self.exchange().send(draft, by=asked.by, purpose=call.purpose)
        return post_view(sent, to=asked.by.organisation, names=self._names())

    def _answer(self, call: AnswerQuestion, asked: Asked) -> ReplyView:
        said = self.exchange().answer(
            call.post, call.text, call.uploads, by=asked.by, purpose=call.purpose
        )
        return reply_view(said, names=self._names())

    def _close(self, call: CloseQuestion, asked: Asked) -> PostView:
        closed = self.exchange().close(call.post, by=asked.by, purpose=call.purpose)
        return post_view(closed, to=asked.by.organisation, names=self._names())

    def _list(self, call: ListPosts, asked: Asked) -> PostList:
        listed = self.exchange().listed(sent=call.sent, limit=call.limit, by=asked.by)
        return post_list(listed, to=asked.by.organisation, names=self._names())

    def _show(self, call: ShowPost, asked: Asked) -> ThreadView:
        thread = self.exchange().show(call.post, by=asked.by, purpose=call.purpose)
        return thread_view(thread, to=asked.by.organisation, names=self._names())

    def _readers(self, call: ListReaders, asked: Asked) -> ReadersView:
        found = self.exchange().readers(call.post, by=asked.by, purpose=call.purpose)
        return readers_view(call.post, found, names=self._names())

    def _names(self) -> Names:
        return self.organisations.directory().by_code
