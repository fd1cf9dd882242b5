# One image for web, workers, scheduler and commands. Runs as nobody special, writes only to /data.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 TZ=UTC
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock \
    && useradd --system --uid 10001 --home-dir /data --create-home desk
COPY channels channels
COPY classifier classifier
COPY feedback feedback
COPY workers workers
USER 10001
EXPOSE 8000
ENTRYPOINT ["python", "-m"]
CMD ["feedback", "web"]
