// How long access tokens live where a client cannot refresh them.

/** For `accessLifetimeSeconds`. A token still dies with its session. */
export const unrefreshedSeconds = 24 * 3600
