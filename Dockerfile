# The archive in a container: docs/deploy.md has how to run it. The pins are those of every other installation.
FROM python:3.13-slim AS build
WORKDIR /src
# requirements-opensearch.txt for an archive that a cluster searches
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-opensearch.txt ./
RUN python -m venv /opt/archive && \
    /opt/archive/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r "$REQUIREMENTS"
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY templates templates
COPY static static
COPY migrations migrations
COPY seeds seeds
RUN /opt/archive/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
COPY --from=build /opt/archive /opt/archive
RUN useradd --system --uid 10001 archive && install -d -o archive -g archive /data
USER archive
ENV PATH=/opt/archive/bin:$PATH \
    ARCHIVE_FOLDER=/data \
    ARCHIVE_HOST=0.0.0.0 \
    ARCHIVE_LOG_FORMAT=json
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# A file that is being sent is sent to its end: give it 40 seconds (docker stop --time 40).
STOPSIGNAL SIGTERM
ENTRYPOINT ["defence-archive"]
CMD ["serve"]
