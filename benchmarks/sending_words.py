"""An app whose only purpose is to say what the messages of benchmarks.sending say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "benchmarks.sending_words"
    label = "sending_words"

    def ready(self) -> None:
        from staffpassport.messaging import composers
        from staffpassport.messaging.composers import Composed, Content, ToCompose

        def compose(messages: Sequence[ToCompose]) -> Mapping[UUID, Composed]:
            return {
                one.id: Content("A subject of some length", "A line or two of words. " * 20)
                for one in messages
            }

        composers.register("benchmark", compose)
