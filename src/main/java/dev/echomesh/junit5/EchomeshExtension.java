package dev.echomesh.junit5;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Serves {@link EchoServer} and {@link EchoTester}, which register it by themselves. Keeps no state
 * but in JUnit's stores, so tests can run in parallel.
 */
public final class EchomeshExtension
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
  /** JUnit makes it. */
  public EchomeshExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    inject(context, null, context.getRequiredTestClass());
    if (isPerClass(context)) {
      inject(context, context.getRequiredTestInstance(), context.getRequiredTestClass());
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Scope.of(context).beginTest();
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      if (!isPerClass(ofClass(context, instance.getClass()))) {
        inject(context, instance, instance.getClass());
      }
    }
  }

  /** The context of a class that a test is in, its own or one around it: each has its lifecycle. */
  private static ExtensionContext ofClass(ExtensionContext context, Class<?> type) {
    ExtensionContext found = context;
    while (!found.getTestClass().filter(type::equals).isPresent()) {
      found = found.getParent().orElseThrow();
    }
    return found;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.isAnnotated(EchoServer.class) || parameter.isAnnotated(EchoTester.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getDeclaringExecutable() instanceof Constructor) {
      throw new ParameterResolutionException(
          parameter
              + ": a constructor gets no server or tester (expected a field or another method)");
    }
    return start(Scope.of(context), parameter.getParameter(), parameter.getParameter().getType());
  }

  private static void inject(ExtensionContext context, @Nullable Object instance, Class<?> type) {
    Predicate<Field> wanted =
        field -> Modifier.isStatic(field.getModifiers()) == (instance == null);
    for (Class<? extends java.lang.annotation.Annotation> annotation :
        List.of(EchoServer.class, EchoTester.class)) {
      for (Field field :
          AnnotationSupport.findAnnotatedFields(
              type, annotation, wanted, HierarchyTraversalMode.TOP_DOWN)) {
        set(field, instance, start(Scope.of(context), field, field.getType()));
      }
    }
  }

  private static Object start(Scope scope, AnnotatedElement place, Class<?> type) {
    EchoServer server = AnnotationSupport.findAnnotation(place, EchoServer.class).orElse(null);
    Class<?> handle = server == null ? EchoTesterHandle.class : EchoServerHandle.class;
    if (type != handle) {
      throw new ExtensionConfigurationException(
          "%s: type %s (expected %s)"
              .formatted(place, type.getSimpleName(), handle.getSimpleName()));
    }
    return server == null ? scope.startTester() : scope.start(server);
  }

  private static void set(Field field, @Nullable Object instance, Object value) {
    if (Modifier.isFinal(field.getModifiers())) {
      throw new ExtensionConfigurationException(
          field + ": final (expected a field that can be set)");
    }
    try {
      field.setAccessible(true);
      field.set(instance, value);
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException(field + ": cannot be set", e);
    }
  }

  private static boolean isPerClass(ExtensionContext context) {
    return context.getTestInstanceLifecycle().filter(Lifecycle.PER_CLASS::equals).isPresent();
  }
}
