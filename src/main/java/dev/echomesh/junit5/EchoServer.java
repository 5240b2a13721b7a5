package dev.echomesh.junit5;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts an echo server and puts its {@link EchoServerHandle} here. No other registration is
 * needed.
 *
 * <pre>{@code
 * @Test
 * void shouldSendEveryByte(@EchoServer EchoServerHandle echo) {
 *   try (MyClient client = new MyClient(echo.host(), echo.port())) {
 *     client.send(hundredBytes);
 *   }
 *   echo.assertEchoed(100);
 * }
 * }</pre>
 *
 * <ul>
 *   <li>On a parameter of a test, of {@code @BeforeEach} or {@code @AfterEach}, the server is the
 *       test's own: every such parameter is another server. On a parameter of {@code @BeforeAll} it
 *       is the class's.
 *   <li>On an instance field it is each test's own (the class's with {@code Lifecycle.PER_CLASS}),
 *       on a static field the class's. Fields are set before {@code @BeforeEach} and
 *       {@code @BeforeAll}. They may be private, not final.
 * </ul>
 *
 * <p>After each test, once {@code @AfterEach} has run and vertx-junit5 has closed its {@code
 * Vertx}, the test fails if it left a connection open or bytes not echoed, with the client's
 * address and what else is known of it. Of a server that several tests share, connections from
 * before the test may stay until the class ends, and tests that run at the same time answer
 * together. A test that has failed by itself is not examined.
 *
 * <p>Each server has a Vert.x of its own, so that tests can run in parallel, and a blocked or
 * closed {@code Vertx} of theirs does it no harm. The annotation can be put on annotations of your
 * own.
 */
@Documented
@ExtendWith(EchomeshExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.ANNOTATION_TYPE})
public @interface EchoServer {
  /** Address to listen on. */
  String host() default "127.0.0.1";

  /** 0 to 65535; 0 takes a free one. */
  int port() default 0;

  /**
   * Bytes of a record, 32 to 1,048,576, for a server that answers whole records; 0 for one that
   * echoes every byte.
   */
  int frameLength() default 0;

  /**
   * TLS 1.2 and 1.3, with a certificate for {@code localhost}, {@code 127.0.0.1} and {@code ::1}
   * that is made for the run of the tests; {@link EchoServerHandle#tls()} has what clients need.
   */
  boolean tls() default false;

  /** Whether TLS clients must show a certificate; {@link TlsMaterial} has one for them. */
  boolean clientCertificate() default false;

  /**
   * How the server misbehaves, as {@code KEY=VALUE} with the keys of {@link
   * dev.echomesh.spec.Faults}: {@code {"delay=20ms", "drop=1/100", "seed=7"}}.
   */
  String[] faults() default {};

  /** Whether a test fails for what its clients leave over. */
  boolean leakCheck() default true;

  /** How long clients may take to be gone after a test, such as {@code 500ms} or {@code 5s}. */
  String closeWithin() default "5s";
}
