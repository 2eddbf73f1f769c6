# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked && cp target/release/tidings /tidings

FROM debian:bookworm-slim
RUN useradd --uid 10001 --create-home --home-dir /data tidings
COPY --from=build /tidings /usr/local/bin/tidings
COPY config.toml /etc/tidings/config.toml
USER tidings
WORKDIR /data
# Found by every command: `docker run tidings doctor` needs no --config.
ENV TIDINGS_CONFIG=/etc/tidings/config.toml \
    TIDINGS_STORE__PATH=/data/store \
    TIDINGS_WEB__LISTEN=0.0.0.0:8765
VOLUME /data
EXPOSE 8765
# The image has no HTTP client; the shell's own sockets ask as well.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8765 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
ENTRYPOINT ["tidings"]
CMD ["run"]
