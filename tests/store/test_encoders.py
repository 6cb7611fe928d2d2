"""Vectors for rows without: alike rows come out near, and nothing crashes on small or odd data."""

import io
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from store import text_vectors
from store.dataset import Dataset, Roles
from store.encoders import embed
from store.errors import Cancelled, UserError


def of_pictures(pictures):
    """A dataset of pictures: an array, or a list of PIL images held as bytes."""
    n = len(pictures)
    columns, images = {"label": ["x"] * n}, None
    if isinstance(pictures, np.ndarray):
        images = pictures
    else:
        columns["image"] = [
            encoded(one) if isinstance(one, Image.Image) else one for one in pictures
        ]
    return Dataset(
        name="made",
        table=pa.table(columns),
        roles=Roles(label="label", image=None if images is not None else "image"),
        classes=("x",),
        labels=np.zeros(n, np.int64),
        content=np.zeros((n, 16), np.uint8),
        images=images,
    )


def encoded(image):
    """The bytes of a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def cosines(vectors):
    """Cosine of every row with every other."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


CATS, SHIPS = "the cat and the kitten purr", "a ship sails over the sea"


def test_texts_of_like_words_are_near(make_dataset):
    """Rows about cats are nearer to each other than to rows about ships."""
    texts = [CATS, f"{CATS} softly", SHIPS, f"{SHIPS} slowly"]
    vectors, how = embed(make_dataset(["a", "a", "b", "b"], texts=texts))
    near = cosines(vectors)

    assert vectors.dtype == np.float32
    assert near[0, 1] > 0.8 > 0.3 > near[0, 2]
    assert how == "TF-IDF of 12 words, truncated SVD to 3 numbers"


def test_many_texts_get_vectors_of_length_one(make_dataset):
    """A text without a known word is all zeros: near nothing."""
    texts = [f"{CATS} {row % 7}" if row % 2 else f"{SHIPS} {row % 5}" for row in range(60)]
    texts[3], texts[4] = "", None
    vectors, _ = embed(make_dataset(["a"] * 60, texts=texts))
    lengths = np.linalg.norm(vectors, axis=1)

    assert lengths[[3, 4]].tolist() == [0, 0]
    assert np.allclose(np.delete(lengths, [3, 4]), 1, atol=1e-5)


def test_the_same_data_gives_the_same_vectors(make_dataset):
    """Nothing depends on chance or on what ran before."""
    texts = [f"{CATS} {row % 7} {row % 3}" for row in range(80)]
    dataset = make_dataset(["a"] * 80, texts=texts)
    np.random.default_rng().random(3)

    assert np.array_equal(embed(dataset)[0], embed(dataset)[0])


def test_words_learnt_from_some_serve_all(make_dataset, monkeypatch):
    """Above a limit the words come from evenly spread rows; equal texts still get equal vectors."""
    monkeypatch.setattr(text_vectors, "LEARNT_FROM", 30)
    texts = [f"{CATS} {row % 3}" if row % 2 else f"{SHIPS} {row % 3}" for row in range(120)]
    vectors, _ = embed(make_dataset(["a"] * 120, texts=texts))

    assert len(vectors) == 120
    assert np.allclose(vectors[0], vectors[6], atol=1e-5)
    assert cosines(vectors)[0, 6] > 0.99 > cosines(vectors)[0, 1]


def test_chinese_needs_no_spaces(make_dataset):
    """Each character counts as a word."""
    texts = ["我喜欢这只猫", "这只猫我喜欢", "船在海上航行", "船航行在海上"]
    near = cosines(embed(make_dataset(["a"] * 4, texts=texts))[0])

    assert near[0, 1] > 0.9 > near[0, 2]


@pytest.mark.parametrize("texts", [["one word"], ["one", "two"], ["one two", "two three", "one"]])
def test_very_few_texts_have_vectors(make_dataset, texts):
    """n = 1, 2 and 3."""
    vectors, _ = embed(make_dataset(["a"] * len(texts), texts=texts))

    assert vectors.shape[0] == len(texts)
    assert vectors.shape[1] > 0
    assert np.isfinite(vectors).all()


@pytest.mark.parametrize("texts", [["", ""], [None, None, None], ["!!!", "..."], [""]])
def test_texts_without_a_word_are_told(make_dataset, texts):
    """The sentence names the column and two ways out."""
    with pytest.raises(UserError, match=r"column 'text' has a word in it.*--text.*--embeddings"):
        embed(make_dataset(["a"] * len(texts), texts=texts))


@pytest.mark.parametrize("n", [2, 50])
def test_equal_texts_are_told(make_dataset, n):
    """Vectors that are all the same tell no row from another."""
    with pytest.raises(UserError, match=f"all {n} rows the same vector: they are equal or empty"):
        embed(make_dataset(["a"] * n, texts=["same words here"] * n))


def test_texts_without_a_shared_word_have_vectors(make_dataset):
    """No word is in two rows; the words of single rows are then used."""
    vectors, _ = embed(make_dataset(["a"] * 30, texts=[f"word{row}" for row in range(30)]))

    assert (vectors != vectors[0]).any()


def test_work_on_texts_can_be_cancelled(make_dataset):
    """The progress callback stops it."""

    def stop(stage, done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        embed(make_dataset(["a", "b"], texts=["one", "two"]), progress=stop)


def squares(n, side=8, seed=0):
    """Pictures with a bright half: the left in even rows, the right in odd ones."""
    pixels = np.random.default_rng(seed).integers(0, 40, (n, side, side), dtype=np.uint8)
    pixels[0::2, :, : side // 2] += 200
    pixels[1::2, :, side // 2 :] += 200
    return pixels


def test_like_pictures_are_near():
    """Bright on the left is near bright on the left; no array is larger than its pixels allow."""
    vectors, how = embed(of_pictures(squares(40)))
    near = cosines(vectors)

    assert vectors.shape == (40, 39)
    assert vectors.dtype == np.float32
    assert near[0, 2::2].mean() > near[0, 1::2].mean()
    assert how == "8 × 8 standardised pixels, PCA to 39 numbers"


def test_exposure_does_not_count():
    """Half as bright is the same picture."""
    pixels = np.concatenate([squares(20), squares(20) // 2])
    near = cosines(embed(of_pictures(pixels))[0])

    assert near[0, 20] > 0.95


def test_pictures_of_any_size_and_mode_have_vectors():
    """Grey, colour, transparent, wide, tall, one pixel."""
    pictures = [
        Image.new("L", (100, 20), 10),
        Image.new("RGB", (5, 90), "red"),
        Image.new("RGBA", (64, 64), (0, 255, 0, 128)),
        Image.new("P", (1, 1)),
        Image.fromarray(squares(1, 64)[0]),
    ]
    vectors, how = embed(of_pictures(pictures))

    assert np.isfinite(vectors).all()
    assert how.startswith("32 × 32 standardised pixels")


def test_large_arrays_and_files_of_the_same_picture_agree():
    """How a picture came does not matter."""
    pixels = squares(12, side=64)
    from_array, _ = embed(of_pictures(pixels))
    from_files, _ = embed(of_pictures([Image.fromarray(one) for one in pixels]))

    assert np.array_equal(from_array, from_files)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_pictures_have_vectors(n):
    """n = 1, 2 and 3."""
    vectors, _ = embed(of_pictures(squares(n)))

    assert vectors.shape[0] == n
    assert np.isfinite(vectors).all()


def test_pictures_that_are_all_alike_are_told():
    """Pictures of one colour differ in nothing that counts."""
    for pixels in (np.full((5, 8, 8), 7, np.uint8), np.repeat(squares(1), 4, axis=0)):
        with pytest.raises(UserError, match=r"pictures of made give all . rows the same vector"):
            embed(of_pictures(pixels))


def test_a_picture_that_cannot_be_decoded_is_told_with_its_row():
    """Its header is right and its end is missing."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))
    out = io.BytesIO()
    noise.save(out, "JPEG")

    with pytest.raises(UserError, match="row 1: the picture cannot be decoded"):
        embed(of_pictures([noise, out.getvalue()[:-1500]]))


def test_nothing_to_embed_is_told(make_dataset):
    """A table of numbers needs embeddings of the user's."""
    dataset = make_dataset(["a", "b"])
    bare = Dataset(
        "bare",
        dataset.table,
        Roles(label="label"),
        dataset.classes,
        dataset.labels,
        dataset.content,
    )

    with pytest.raises(UserError, match=r"neither texts nor pictures.*--embeddings"):
        embed(bare)


@pytest.mark.parametrize(
    ("encoder", "told"),
    [
        ("word2vec", r"no encoder 'word2vec'. Known are sentence-transformers:NAME"),
        ("sentence-transformers:", "no encoder"),
        ("open_clip:ViT-B-32/x", "is for images, but made shows texts"),
    ],
)
def test_an_unknown_or_unfitting_encoder_is_told(make_dataset, encoder, told):
    """The known ones are named, and that none is needed."""
    with pytest.raises(UserError, match=told):
        embed(make_dataset(["a", "b"]), encoder)


@pytest.mark.parametrize(
    ("module", "encoder", "extra"),
    [
        ("sentence_transformers", "sentence-transformers:some", r"second-look\[text\]"),
        ("open_clip", "open_clip:ViT-B-32/some", r"second-look\[images\]"),
    ],
)
def test_an_encoder_that_is_not_installed_is_told(
    make_dataset, monkeypatch, module, encoder, extra
):
    """The sentence has the command to install it and the way without."""
    monkeypatch.setitem(sys.modules, module, None)
    dataset = make_dataset(["a", "b"]) if "sentence" in module else of_pictures(squares(2))

    with pytest.raises(
        UserError, match=rf"{module} is not installed.*{extra}.*leave --encoder out"
    ):
        embed(dataset, encoder)


def test_a_model_that_cannot_be_loaded_is_told(make_dataset, monkeypatch):
    """Without a network the offline way is named."""

    def offline(name):
        raise OSError(f"We couldn't connect to load {name}\nmore lines")

    package = ModuleType("sentence_transformers")
    package.SentenceTransformer = offline
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)

    with pytest.raises(UserError, match=r"couldn't connect to load some\).*works offline"):
        embed(make_dataset(["a", "b"]), "sentence-transformers:some")


@pytest.mark.parametrize("bad", [False, True])
def test_a_model_of_the_user_makes_the_vectors(make_dataset, monkeypatch, bad):
    """In batches, in the order of the rows; NaN out of a model is told."""
    seen = []

    def encode(texts, **options):
        seen.append(len(texts))
        return np.array([[len(text), np.nan if bad else 1.0] for text in texts])

    package = ModuleType("sentence_transformers")
    package.SentenceTransformer = lambda name: SimpleNamespace(encode=encode)
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)
    dataset = make_dataset(["a"] * 100, texts=["w" * row for row in range(100)])

    if bad:
        with pytest.raises(UserError, match="gave NaN or infinite values, first in row 0"):
            embed(dataset, "sentence-transformers:some")
        return
    vectors, how = embed(dataset, "sentence-transformers:some")
    assert vectors[:, 0].tolist() == list(range(100))
    assert vectors.dtype == np.float32
    assert seen == [64, 36]
    assert how == "sentence-transformers:some"


def test_open_clip_weights_have_to_be_named(monkeypatch):
    """Random weights would give vectors that mean nothing; the known weights are listed."""
    package = ModuleType("open_clip")
    package.list_pretrained = lambda: [("ViT-B-32", "openai"), ("RN50", "cc12m")]
    monkeypatch.setitem(sys.modules, "open_clip", package)

    with pytest.raises(UserError, match=r"PRETRAINED is one of: openai\."):
        embed(of_pictures(squares(2)), "open_clip:ViT-B-32")


def test_open_clip_makes_vectors_of_pictures(monkeypatch):
    """Pictures go through the model's own preparation, in the order of the rows."""
    torch = pytest.importorskip("torch")

    class Mean(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(1))

        def encode_image(self, pictures):
            return pictures.mean(dim=(2, 3)) * self.weight

    def prepare(picture):
        return torch.tensor(np.asarray(picture), dtype=torch.float32).movedim(2, 0)

    package = ModuleType("open_clip")
    package.create_model_and_transforms = lambda name, pretrained: (Mean(), None, prepare)
    monkeypatch.setitem(sys.modules, "open_clip", package)
    pixels = np.arange(70, dtype=np.uint8).repeat(16).reshape(70, 4, 4)
    vectors, how = embed(of_pictures(pixels), "open_clip:any/weights")

    assert vectors.tolist() == [[row] * 3 for row in range(70)]
    assert how == "open_clip:any/weights"
