package dev.echomesh.mesh;

/**
 * A node as the choice of its probers sees it.
 *
 * @param name unique within the mesh
 * @param zone failure domain; may be empty
 */
record Place(String name, String zone) {}
