#!/bin/sh
# A quarter of the class on each of four machines: sbatch --wait slurm.sh
#SBATCH --job-name=grade
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH --time=00:30:00
exec .venv/bin/python -P -m checks grade --jobs 2 --step 1 \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
    submissions/ "report-$SLURM_ARRAY_TASK_ID/"
