namespace Assay.Bench;

/// <summary>A line of the result: medians of interleaved runs, and their ratio pair by pair.</summary>
internal sealed record Row(string Name, IReadOnlyList<double> Assay, IReadOnlyList<double> Bare)
{
    public double Ratio => Median([.. Assay.Zip(Bare, (assay, bare) => assay / bare)]);

    public override string ToString() =>
        $"{Name,-44} {Median(Assay),10:0} /s {Median(Bare),10:0} /s {Ratio,8:0.00}";

    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Assay and the yardstick in turn, so that a drift of the machine's speed meets both.</summary>
    public static async Task<Row> MeasureAsync(string name, int rounds, Func<int, Task<double>> assay, Func<int, Task<double>> bare)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await assay(round));
            theirs.Add(await bare(round));
        }
        return new Row(name, ours, theirs);
    }
}
