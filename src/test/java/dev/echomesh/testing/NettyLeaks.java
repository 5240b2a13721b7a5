package dev.echomesh.testing;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** What Netty's leak detectors report, kept instead of only logged. */
final class NettyLeaks {
  private static final int SAMPLE_EVERY = 1;
  private static final long GC_PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(5);
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

  private NettyLeaks() {}

  /** To be called before the first Netty buffer exists: the detectors are made once. */
  static void install() {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
  }

  /** Collects garbage and takes the reports that came since the last call. */
  static List<String> collect() {
    // Twice: the first run's references may be queued in any order, the second's come after them.
    awaitGarbageCollection();
    awaitGarbageCollection();
    letDetectorsReport();
    List<String> reports = new ArrayList<>();
    for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
      reports.add(report);
    }
    return reports;
  }

  private static void awaitGarbageCollection() {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
    System.gc();
    try {
      if (collected.remove(GC_PATIENCE_MILLIS) != canary) {
        throw new IllegalStateException("no garbage collection, is it switched off?");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while collecting garbage", e);
    }
  }

  /** A detector looks at its queue of collected references when a new resource is tracked. */
  private static void letDetectorsReport() {
    PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
  }

  private static final class RecordingFactory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // the only method that there is to implement
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new RecordingDetector<>(resource);
    }
  }

  private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {
    private RecordingDetector(Class<T> resource) {
      super(resource, SAMPLE_EVERY);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      REPORTS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      REPORTS.add(resourceType + " (no trace: the leak detection level is too low)");
    }
  }
}
