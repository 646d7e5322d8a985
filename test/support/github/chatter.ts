// What GitHub tells an App besides what people do: the App's own writes come back to it as deliveries.
import {
  checkRunPayload,
  commentPayload,
  reviewCommentPayload,
  reviewPayload,
  type Scene,
} from './payloads.ts';
import { fullPullView } from './routes/pulls.ts';
import type { Happening, World } from './state.ts';

/** Has every write of the App delivered to it, after the write was answered, as GitHub does. */
export function startChatter(world: World): void {
  world.happened = (happening) => world.deliveries.during(tell(world, happening));
}

async function tell(world: World, happening: Happening): Promise<void> {
  const { repository } = happening;
  const { deliveries } = world;
  if (!deliveries.wanted) return;
  const scene: Scene = { world, repository, sender: world.bot };
  if (happening.kind === 'check-run') {
    await world.send(repository, 'check_run', checkRunPayload(scene, happening.action, happening.run));
  } else if (happening.kind === 'comment') {
    const { pull, comment } = happening;
    await world.send(repository, 'issue_comment', commentPayload(scene, 'created', pull, comment));
  } else {
    const { pull, review } = happening;
    const view = await fullPullView({ world, repository }, pull);
    await world.send(repository, 'pull_request_review', reviewPayload(scene, 'submitted', view, review));
    for (const comment of repository.reviewComments.filter((each) => each.review === review)) {
      const payload = reviewCommentPayload(scene, 'created', view, comment);
      await world.send(repository, 'pull_request_review_comment', payload);
    }
  }
}
