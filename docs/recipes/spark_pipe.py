"""Tags a catalogue with Spark: requests (one {"path": ...} per line) in, a Parquet table out.

POLYTAG_FOLDER=/opt/polytag spark-submit spark_pipe.py REQUESTS OUT PARTITIONS

polytag and the music lie under the same paths on every worker. Set spark.task.cpus to the cores that one polytag may use.
"""

import os
import shlex
import sys

from pyspark.sql import SparkSession

requests, out, partitions = sys.argv[1:]
script = os.path.join(os.environ["POLYTAG_FOLDER"], "docs", "recipes", "tag-requests.sh")
# PySpark starts the command with no environment but this one.
names = [name for name in os.environ if name in ("PATH", "HOME") or name.startswith("POLYTAG_")]

spark = SparkSession.builder.appName("polytag").getOrCreate()
# One process per partition, so that a model is loaded once for some thousand tracks. Without checkCode a failed process
# would look like one without output.
results = (
    spark.sparkContext.textFile(requests)
    .repartition(int(partitions))
    .pipe("sh " + shlex.quote(script), env={name: os.environ[name] for name in names}, checkCode=True)
)
# Kept as text first: reading JSON evaluates the lines twice, and would tag every track again.
results.saveAsTextFile(out + ".jsonl")
spark.read.json(out + ".jsonl").write.parquet(out)
