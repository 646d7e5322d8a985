// Probot as it comes, with one handler that does nothing.
import { run } from 'probot';

await run((app) => {
  app.on('pull_request', () => undefined);
});
