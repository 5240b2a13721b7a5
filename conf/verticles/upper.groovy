// An echo server that answers in upper case:
//
//   verticles:
//     - {name: upper, file: conf/verticles/upper.groovy, config: {port: 7001}}
//
// It is a plain Vert.x server: unlike the endpoints of the node, it loses what is not sent yet when
// a client ends its half.
import io.vertx.core.Promise
import io.vertx.core.buffer.Buffer

// by single bytes, so that text of any encoding stays what it is
Buffer upper(Buffer bytes) {
  Buffer.buffer(bytes.toString('ISO-8859-1').replaceAll(/[a-z]+/) { it.toUpperCase() }, 'ISO-8859-1')
}

// without it, or with it and no parameter, the verticle is deployed when the script has been run
void vertxStart(Promise<Void> started) {
  def config = vertx.getOrCreateContext().config()
  vertx.createNetServer()
    .connectHandler { socket ->
      socket.handler { bytes ->
        socket.write(upper(bytes))
        if (socket.writeQueueFull()) {
          socket.pause().drainHandler { socket.resume() }
        }
      }
    }
    .listen(config.getInteger('port', 7001), config.getString('host', '127.0.0.1'))
    .mapEmpty()
    .onComplete(started)
}
