package dev.echomesh.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClusterTest {
  @Test
  void aMemberHasAnEventLoopForEachProcessor() {
    assertEquals(8, Cluster.eventLoops(8, 1));
  }

  @Test
  void instancesOfAnEndpointDoNotShareEventLoops() {
    assertEquals(16, Cluster.eventLoops(8, 16));
  }

  @Test
  void oneBlockedEventLoopIsNeverAllThereIs() {
    assertEquals(2, Cluster.eventLoops(1, 1));
  }
}
