package dev.echomesh.echo;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.FaultRequest;
import dev.echomesh.bus.RequestException;
import dev.echomesh.config.EchoConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.UnaryOperator;

/** Puts a node's endpoints on the network and on the event bus. */
public final class EchoVerticle extends VerticleBase {
  private final EchoConfig initial;
  private Endpoints endpoints;

  public EchoVerticle(EchoConfig initial) {
    this.initial = initial;
  }

  @Override
  public Future<?> start() {
    endpoints = new Endpoints(vertx, initial);
    vertx.eventBus().<Object>localConsumer(Addresses.ECHO_ENDPOINTS, this::endpoints);
    vertx.eventBus().<Object>localConsumer(Addresses.ECHO_CONNECTIONS, this::connections);
    vertx.eventBus().<Object>localConsumer(Addresses.ECHO_FAULT, this::fault);
    return endpoints.follow(initial);
  }

  /**
   * Makes the endpoints follow a changed configuration. Any thread.
   *
   * @return fails with {@link dev.echomesh.config.StartException} if one of them could not be
   *     opened
   */
  public Future<Void> follow(EchoConfig changed) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> endpoints.follow(changed).onComplete(done));
    return done.future();
  }

  private void endpoints(Message<Object> request) {
    request.reply(
        new JsonObject()
            .put(
                "endpoints",
                new JsonArray(endpoints.infos().stream().map(EndpointInfo::toJson).toList())));
  }

  private void connections(Message<Object> request) {
    answer(request, body -> endpoints.find(ConnectionsQuery.fromJson(body)).toJson());
  }

  private void fault(Message<Object> request) {
    answer(
        request,
        body -> {
          FaultRequest wanted = FaultRequest.fromJson(body);
          endpoints.fault(wanted);
          return wanted.toJson();
        });
  }

  private static void answer(Message<Object> request, UnaryOperator<JsonObject> answer) {
    try {
      request.reply(answer.apply(RequestException.object(request.body())));
    } catch (RequestException e) {
      request.fail(e.failure().code(), e.getMessage());
    }
  }
}
