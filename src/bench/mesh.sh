#!/bin/sh
# Prints the tables of MeshSimulation: the choice of probers and the gossip in meshes of many sizes.
# Takes some minutes. Needed: 3 GB of memory, a JDK (17 or newer) and target/echomesh.jar (mvn -DskipTests package).
set -eu
cd "$(dirname "$0")/../.."
mkdir -p target/bench/mesh
javac --release 17 -cp target/echomesh.jar -d target/bench/mesh src/bench/mesh/*.java
exec java -Xmx3g -cp target/bench/mesh:target/echomesh.jar dev.echomesh.mesh.MeshSimulation
