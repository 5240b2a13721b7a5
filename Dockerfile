# Builds Echomesh into an image of its own Java runtime. The dependencies are a layer below the
# program's, so that a new version of it moves little.
#
#   docker build -t echomesh .
#
# BUILD_IMAGE needs a JDK 17 or newer and Maven; BASE_IMAGE needs glibc and bash, nothing else.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG BASE_IMAGE=debian:12-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# what is fetched depends on the POM alone: this step is repeated only if that changes
COPY pom.xml ./
RUN mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib
COPY .mvn .mvn
COPY src/main src/main
COPY conf conf
RUN mvn -q -B -DskipTests -Dmaven.javadoc.skip package \
    && mkdir program \
    && mv target/echomesh-*[0-9T].jar program/echomesh.jar

FROM ${BUILD_IMAGE} AS runtime
# one that Java's own class-data archive is made for, below
RUN jlink --add-modules java.se,jdk.crypto.ec,jdk.management,jdk.naming.dns,jdk.net,jdk.random,jdk.unsupported,jdk.zipfs \
      --strip-debug --no-man-pages --no-header-files --compress=2 --output /opt/java \
    && /opt/java/bin/java -Xshare:dump

FROM ${BASE_IMAGE}
COPY --from=runtime /opt/java /opt/java
COPY --from=build /build/target/lib /opt/echomesh/lib
COPY --from=build /build/program /opt/echomesh/program
COPY --from=build /build/conf /opt/echomesh/conf
ENV PATH=/opt/java/bin:$PATH
WORKDIR /opt/echomesh
# not by the environment, which would beat a file of your own
RUN sed -i 's/^      host: 127.0.0.1 /      host: 0.0.0.0 /' conf/echomesh.yaml
# a start, to archive the classes that every start loads; an image that does not start is none
RUN java -Xlog:cds=error -XX:ArchiveClassesAtExit=/opt/echomesh/classes.jsa \
      -cp '/opt/echomesh/program/echomesh.jar:/opt/echomesh/lib/*' \
      dev.echomesh.Main node --set echo.endpoints[0].port=0 --set web.port=0 >/tmp/start 2>&1 & node=$!; \
    for second in $(seq 120); do grep -q '^self-test ' /tmp/start && break; sleep 1; done; \
    kill $node; wait $node; \
    cat /tmp/start; grep -q '^self-test PASS' /tmp/start && test -s /opt/echomesh/classes.jsa && rm /tmp/start
RUN printf '%s\n' '#!/bin/bash' \
      'exec java -XX:SharedArchiveFile=/opt/echomesh/classes.jsa -Xshare:auto $JAVA_OPTIONS \' \
      '  -cp "/opt/echomesh/program/echomesh.jar:/opt/echomesh/lib/*" dev.echomesh.Main "$@"' \
      >/usr/local/bin/echomesh \
    && printf '%s\n' '#!/bin/bash' \
      'exec java -XX:SharedArchiveFile=/opt/echomesh/classes.jsa -Xshare:auto -Xmx64m -XX:+UseSerialGC \' \
      '  -XX:TieredStopAtLevel=1 -cp "/opt/echomesh/program/echomesh.jar:/opt/echomesh/lib/*" \' \
      '  dev.echomesh.Main health "$@"' \
      >/usr/local/bin/healthy \
    && chmod 755 /usr/local/bin/echomesh /usr/local/bin/healthy
# no name is needed for a user, and a number tells Kubernetes that it is not root
USER 10001:10001
# With a read-only root, mount a tmpfs at /tmp that may hold code ("--tmpfs /tmp:exec"; without it engines
# forbid that): Netty puts its native libraries there, and without them the transport is nio.
VOLUME /tmp
ENV LANG=C.UTF-8
EXPOSE 1234 7800 7801 7802 8007
# Reads the configuration that the node reads: the file and the environment. A node that is started with
# "--config" or "--set" wants a health check of its own, "healthy" with the same.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["healthy"]
ENTRYPOINT ["echomesh"]
CMD ["node"]
