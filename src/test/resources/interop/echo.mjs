// echo.mjs server PORT, or echo.mjs client PORT: standard input to it, what comes back to standard output
import net from 'node:net';

const [role, port] = process.argv.slice(2);
if (role === 'server') {
  const serve = (connection) => connection.on('error', () => connection.destroy()).pipe(connection);
  net.createServer({ allowHalfOpen: true }, serve).listen(Number(port), '127.0.0.1');
} else {
  const connection = net.connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  process.stdin.pipe(connection).pipe(process.stdout);
}
