# syntax=docker/dockerfile:1

FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the scripts of packages: none of what is needed to build runs one.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY tools/clean.ts tools/
COPY src src
RUN npm run build

FROM node:24.21.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24.21.0-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# the image's user `node`, by number so that Kubernetes can see it is not root
USER 1000:1000
# The worker is the same image: `docker run … node --enable-source-maps dist/worker.js`, on 8081 and 9465.
EXPOSE 8080 9464 8081 9465
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "const ask = (port) => fetch(`http://127.0.0.1:${port}/healthz`).then((r) => r.ok || Promise.reject()); Promise.any([ask(process.env.PORT || 8080), ask(process.env.HEALTH_PORT || 8081)]).catch(() => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/api.js"]
