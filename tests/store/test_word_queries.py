"""Words that somebody types become vectors among those of the dataset, or it is said why not."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from store import text_vectors
from store.encoders import embed
from store.errors import UserError
from store.opening import open_in_memory
from store.word_queries import takes_words, words_encoder
from tests.retrieval_sets import made_retrieval

ANIMALS = [f"the cat and kitten {word}" for word in ("purr", "sleep", "play", "eat", "jump")] * 6
SHIPS = [f"a ship sails over the {word}" for word in ("sea", "waves", "harbour", "lake", "bay")] * 6


@pytest.mark.parametrize("learnt_from", [10, 50_000])
def test_the_words_of_a_row_become_its_vector(make_dataset, monkeypatch, learnt_from):
    """Also where only some rows were learnt from; a word that nobody knows is near nothing."""
    monkeypatch.setattr(text_vectors, "LEARNT_FROM", learnt_from)
    dataset = make_dataset(["a"] * 60, texts=ANIMALS + SHIPS)
    vectors, how = embed(dataset)
    encode = words_encoder(dataset, how)

    assert takes_words(dataset, how)
    for row in (0, 7, 30, 59):
        np.testing.assert_allclose(encode((ANIMALS + SHIPS)[row]), vectors[row], atol=1e-5)
    assert not encode("zebra").any()


def test_words_find_what_is_about_them(make_dataset):
    """A kitten is nearer to cats than to ships."""
    dataset = make_dataset(["a"] * 60, texts=ANIMALS + SHIPS)
    vectors, how = embed(dataset)
    alike = vectors @ words_encoder(dataset, how)("kitten")

    assert alike[:30].min() > alike[30:].max()


def test_few_texts_have_words_too(make_dataset):
    """Too few for a decomposition: the weights of the words."""
    dataset = make_dataset(["a", "b"], texts=["one two", "two three"])
    vectors, how = embed(dataset)

    np.testing.assert_allclose(words_encoder(dataset, how)("two three"), vectors[1], atol=1e-6)


def test_words_of_a_retrieval_set_lie_among_its_passages(tmp_path):
    """Both sides were embedded together, and words are as a query is."""
    dataset = open_in_memory(made_retrieval().dataset(), tmp_path / "made.secondlook").dataset
    pairs = dataset.pairs
    how = "TF-IDF of 9 words"

    assert takes_words(dataset, how)
    encode = words_encoder(dataset, how)
    assert encode(pairs.queries.text_of(0)).any()


@pytest.mark.parametrize("how", [None, "", "vectors.npy", "8 × 8 standardised pixels, PCA to 64"])
def test_vectors_of_unknown_origin_take_no_words(make_dataset, how):
    """Whoever brought them knows the model; nothing here does."""
    assert not takes_words(make_dataset(["a"]), how)


def test_a_model_of_the_user_takes_words(make_dataset, monkeypatch):
    """The same model that made the vectors; not where its package is gone."""
    asked = []

    def encode(texts, **options):
        asked.append((texts, options["normalize_embeddings"]))
        return np.array([[len(text), 1.0] for text in texts])

    package = ModuleType("sentence_transformers")
    package.SentenceTransformer = lambda name: SimpleNamespace(encode=encode)
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)
    dataset, how = make_dataset(["a"]), "sentence-transformers:some"

    assert takes_words(dataset, how)
    found = words_encoder(dataset, how)("four")
    assert (found.tolist(), found.dtype) == ([4.0, 1.0], np.float32)
    assert asked == [(["four"], True)]
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    assert not takes_words(dataset, how)


def test_pictures_take_words_where_their_model_does(make_dataset, monkeypatch):
    """OpenCLIP has one space for both."""
    torch = pytest.importorskip("torch")

    class Model(torch.nn.Module):
        def encode_text(self, tokens):
            return torch.tensor([[float(len(tokens[0])), 2.0]])

    package = ModuleType("open_clip")
    package.create_model_and_transforms = lambda name, pretrained: (Model(), None, None)
    package.get_tokenizer = lambda name: lambda texts: texts
    monkeypatch.setitem(sys.modules, "open_clip", package)

    found = words_encoder(make_dataset(["a"]), "open_clip:ViT-B-32/some")("a dog")
    assert found.tolist() == [5.0, 2.0]


def test_a_model_that_cannot_be_loaded_is_told(make_dataset, monkeypatch):
    """In a sentence, as when it was to embed the rows."""

    def offline(name):
        raise OSError("no network")

    package = ModuleType("sentence_transformers")
    package.SentenceTransformer = offline
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)

    with pytest.raises(UserError, match=r"some cannot be loaded \(no network\)"):
        words_encoder(make_dataset(["a"]), "sentence-transformers:some")
