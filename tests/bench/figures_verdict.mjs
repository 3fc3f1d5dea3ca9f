// What figures.mjs holds against us, apart from running it, so that a test can show it failing.

export const TIMES = 10; // as fast as each peer's fastest form, at least

export const fastest = (peer) => Math.min(...Object.values(peer.forms).map((form) => form.seconds));

// The same figures: sums over all units and questions.
export function otherFigures(ours, theirs) {
  return Object.keys(ours).filter((k) => !(Math.abs(ours[k] - theirs[k]) <= 1e-7 * Math.abs(ours[k])));
}

// peers: by name, undefined where one could not be run.
export function faults(ours, peers) {
  const run = Object.values(peers).filter((p) => p !== undefined);
  if (run.length === 0) return [`nothing to compare with: ${Object.keys(peers).join(' and ')} could not be run`];
  return run.flatMap((p) => {
    const times = fastest(p) / ours.seconds;
    const wrong = Object.entries(p.forms).filter(([, form]) => otherFigures(ours.check, form.check).length > 0);
    return [
      ...(times >= TIMES ? [] : [`${p.name} takes ${times.toFixed(1)} times as long as we do, not ${TIMES}`]),
      ...wrong.map(([form]) => `${p.name} counts other figures than we do: ${form}`),
    ];
  });
}
