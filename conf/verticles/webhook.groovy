// Posts the report of every run that failed to a web address:
//
//   verticles:
//     - {name: webhook, file: conf/verticles/webhook.groovy, config: {url: "http://127.0.0.1:9000/"}}
import io.vertx.core.http.HttpMethod
import io.vertx.core.http.RequestOptions

def url = vertx.getOrCreateContext().config().getString('url')
def http = vertx.createHttpClient()

vertx.eventBus().localConsumer('echomesh.reports') { message ->
  def report = message.body()
  if (report.getString('verdict') == 'pass') {
    return
  }
  def to = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(url).setTimeout(10_000)
  http.request(to)
    .compose { request -> request.putHeader('content-type', 'application/json').send(report.toBuffer()) }
    .onFailure { System.err.println("webhook: report ${report.getString('id')}: ${it.message}") }
}
