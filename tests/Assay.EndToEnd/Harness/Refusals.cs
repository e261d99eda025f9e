using System.Text.RegularExpressions;

namespace Assay.EndToEnd.Harness;

internal static class Refusals
{
    /// <summary>Stock npm failed and its user was shown, as a notice, a text that ends in the code.</summary>
    public static void ShouldBeRefused(this Finished publish, string code)
    {
        Assert.NotEqual(0, publish.ExitCode);
        Assert.True(
            Regex.IsMatch(publish.Errors, $@"^npm notice .*\[{Regex.Escape(code)}\]\s*$", RegexOptions.Multiline),
            $"npm did not print a notice with [{code}]:\n{publish.Printed}");
    }
}
