#!/bin/sh
# What Spark's pipe and Hadoop streaming start for each partition: requests in, results out, one JSON object per line.
# POLYTAG_FOLDER is the folder of polytag on every worker; POLYTAG_MODEL a model's name or the folder of a run.
exec node "${POLYTAG_FOLDER:?is not set}/bin/polytag.js" tag --stdin-jsonl --model "${POLYTAG_MODEL:-musicnn-mtt}" --embedding
