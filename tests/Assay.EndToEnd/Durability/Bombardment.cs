using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Durability;

/// <summary>200 publishes at once, of 20 packages, and an end of the server in the middle of them.</summary>
internal static class Bombardment
{
    public const int Packages = 20;
    public const int VersionsEach = 10;
    private const int AcknowledgedBeforeTheEnd = 30;
    private const int SentAtTheEnd = 20;

    public static IEnumerable<(int Package, int Version)> All =>
        Enumerable.Range(0, Packages).SelectMany(package => Enumerable.Range(0, VersionsEach).Select(version => (package, version)));

    /// <summary>Sends all at once, ends the server when enough are acknowledged and the last are on their way, and answers which were acknowledged.</summary>
    public static async Task<bool[]> RunAsync<T>(IReadOnlyCollection<T> all, Func<T, Task<HttpResponseMessage>> publish, Func<Task> end)
    {
        var acknowledged = 0;
        var ended = Task.CompletedTask;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = Task.WhenAll(all.SkipLast(SentAtTheEnd).Select(SendAsync));
        var last = Task.WhenAll(all.TakeLast(SentAtTheEnd).Select(async one =>
        {
            await enough.Task;

            return await SendAsync(one);
        }));

        await Task.WhenAny(enough.Task, sent);
        Assert.True(enough.Task.IsCompleted, $"Only {acknowledged} of {all.Count} were acknowledged.");
        bool[] answers = [.. await sent, .. await last];
        await ended;

        return answers;

        async Task<bool> SendAsync(T one)
        {
            var isAcknowledged = await IsAcknowledgedAsync(() => publish(one));

            // Ended here and not by who waits: on a busy machine that one is woken after everything was answered.
            if (isAcknowledged && Interlocked.Increment(ref acknowledged) == AcknowledgedBeforeTheEnd)
            {
                enough.SetResult();
                ended = end();
            }

            return isAcknowledged;
        }
    }

    /// <summary>An unanswered publish may have been committed or not; what is visible has all its bytes either way.</summary>
    public static async Task VersionsShouldBeWholeAsync(World world, IEnumerable<SentPublish> publishes)
    {
        foreach (var package in publishes.GroupBy(publish => publish.Package.Name))
        {
            var visible = await world.Http.VersionsAsync(package.Key, world.MemberToken);

            foreach (var publish in package)
            {
                var version = visible[publish.Package.Version];
                Assert.True(version is not null || !publish.IsAcknowledged, $"{publish.Package} was acknowledged and is gone.");

                if (version is not null)
                {
                    var bytes = await world.Http.DownloadAsync((string)version["dist"]!["tarball"]!, world.MemberToken);
                    Assert.Equal(publish.Tarball, bytes);
                    Assert.Equal(SamplePackage.IntegrityOf(bytes), (string?)version["dist"]!["integrity"]);
                }
            }
        }
    }

    private static async Task<bool> IsAcknowledgedAsync(Func<Task<HttpResponseMessage>> publish)
    {
        try
        {
            using var answer = await publish();
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

/// <summary>A publish that was sent, with the bytes it was sent with.</summary>
internal sealed record SentPublish(SamplePackage Package, byte[] Tarball, bool IsAcknowledged);
