package dev.echomesh.junit5;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a tester and puts its {@link EchoTesterHandle} here, for tests of servers and proxies. It
 * lives as long as an {@link EchoServer} in the same place would, and tests any address.
 *
 * <pre>{@code
 * @Test
 * void shouldForwardEveryByte(@EchoServer EchoServerHandle echo, @EchoTester EchoTesterHandle tester) {
 *   try (MyProxy proxy = new MyProxy(echo.host(), echo.port())) {
 *     tester.assertPassed(TestRequest.to("127.0.0.1:" + proxy.port()).count(1000).build());
 *   }
 * }
 * }</pre>
 */
@Documented
@ExtendWith(EchomeshExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.ANNOTATION_TYPE})
public @interface EchoTester {}
