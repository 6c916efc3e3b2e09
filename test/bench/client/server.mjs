// A server that takes every CallInvite, in a process of its own, so that its work is not measured. Sends `{ port }`
// when it listens; asked anything, it gives the `{ count }` of the calls it took.
import { createServer } from 'node:http';

let count = 0;

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  request.resume();
  request.once('end', () => {
    count += 1;
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        Code: 0,
        Message: 'success',
        RequestId: String(count).padStart(19, '1'),
        CallId: String(count).padStart(20, '1'),
        CreateTime: Date.now(),
        ErrorUsers: [],
      }),
    );
  });
});

process.on('message', () => process.send?.({ count }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
