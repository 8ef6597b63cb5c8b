/** An answer that GitHub would give with an error status. Thrown by routes and actions, rendered by the server. */
export class GitHubFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly unknown[],
  ) {
    super(message);
  }
}

export function notFound(): GitHubFailure {
  return new GitHubFailure(404, "Not Found");
}

export function forbidden(message = "Resource not accessible by integration"): GitHubFailure {
  return new GitHubFailure(403, message);
}

/** 422 as GitHub words it when a field's value won't do. */
export function invalid(message: string, errors?: readonly unknown[]): GitHubFailure {
  return new GitHubFailure(422, message, errors);
}
