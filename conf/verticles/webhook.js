// Posts the report of every run that failed to a web address:
//
//   verticles:
//     - {name: webhook, file: conf/verticles/webhook.js, config: {url: "http://127.0.0.1:9000/"}}
const HttpMethod = Java.type('io.vertx.core.http.HttpMethod');
const RequestOptions = Java.type('io.vertx.core.http.RequestOptions');

const url = vertx.getOrCreateContext().config().getString('url');
const http = vertx.createHttpClient();

vertx.eventBus().localConsumer('echomesh.reports', (message) => {
  const report = message.body();
  if (report.getString('verdict') === 'pass') {
    return;
  }
  const to = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(url).setTimeout(10000);
  http
    .request(to)
    .compose((request) => request.putHeader('content-type', 'application/json').send(report.toBuffer()))
    .onFailure((cause) => console.error(`webhook: report ${report.getString('id')}: ${cause.getMessage()}`));
});
