# Builds the App into one file per entry, and runs it on a Node.js image without shell and package manager.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY src ./src
COPY policies ./policies
COPY scripts ./scripts
COPY bin ./bin
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
COPY --from=build /src/dist ./dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 PLINTH_DATA_DIR=/data
USER 65532:65532
VOLUME ["/data"]
EXPOSE 3000
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/app.js"]
