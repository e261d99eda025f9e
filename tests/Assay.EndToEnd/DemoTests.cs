using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_tells_the_whole_story_and_proves_each_step()
    {
        var demo = await Command.RunAsync(Path.Combine(Checkout.Root, "run"), ["demo", "--exit"], Path.GetTempPath());

        demo.ShouldSucceed();
        Assert.Contains("All 9 steps proved themselves.", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("✗", demo.Output, StringComparison.Ordinal);
    }
}
