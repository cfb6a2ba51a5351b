"""gensim's word2vec, driven line by line: one JSON request a line in, one reply with the seconds of the training out."""
import json
import sys
import time

from gensim.models import Word2Vec

texts = None

for line in sys.stdin:
    request = json.loads(line)
    if texts is None:
        with open(request["path"]) as file:
            texts = [text.split() for text in file]
    model = Word2Vec(
        vector_size=request["dim"],
        window=request["window"],
        negative=request["negative"],
        sample=request["sample"],
        workers=request["workers"],
        min_count=request["min_count"],
        sg=1 if request["algorithm"] == "skip-gram" else 0,
        alpha=0.025,
        min_alpha=0.0001,
        seed=1,
    )
    model.build_vocab(texts)
    begin = time.perf_counter()
    model.train(texts, total_examples=model.corpus_count, epochs=1)
    print(json.dumps({"seconds": time.perf_counter() - begin, "work": model.corpus_total_words}), flush=True)
