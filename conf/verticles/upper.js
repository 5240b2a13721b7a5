// An echo server that answers in upper case:
//
//   verticles:
//     - {name: upper, file: conf/verticles/upper.js, config: {port: 7001}}
//
// It is a plain Vert.x server: unlike the endpoints of the node, it loses what is not sent yet when
// a client ends its half.
const Buffer = Java.type('io.vertx.core.buffer.Buffer');

// by single bytes, so that text of any encoding stays what it is
function upper(bytes) {
  const text = bytes.toString('ISO-8859-1').replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  return Buffer.buffer(text, 'ISO-8859-1');
}

// without it, or if it returns nothing, the verticle is deployed when the script has been run
function vertxStart() {
  const config = vertx.getOrCreateContext().config();
  return vertx
    .createNetServer()
    .connectHandler((socket) => {
      socket.handler((bytes) => {
        socket.write(upper(bytes));
        if (socket.writeQueueFull()) {
          socket.pause().drainHandler(() => socket.resume());
        }
      });
    })
    .listen(config.getInteger('port', 7001), config.getString('host', '127.0.0.1'));
}
