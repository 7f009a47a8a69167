/** A reader that has seen enough (`tagline run … | head`) closes the pipe: what is printed then is lost, and the work goes on. */
export function ignoreClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
