package dev.carousel.train;

import java.util.List;

/** Many listeners as one; each is told in turn. */
final class Listeners implements TrainingListener {

    private final TrainingListener[] all;

    Listeners(List<TrainingListener> listeners) {
        this.all = listeners.toArray(TrainingListener[]::new);
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        for (TrainingListener listener : all) {
            listener.trainingStarted(plan, batches);
        }
    }

    @Override
    public void trainingResumed(List<EpochFigures> epochs, int batches) {
        for (TrainingListener listener : all) {
            listener.trainingResumed(epochs, batches);
        }
    }

    @Override
    public void epochStarted(int epoch) {
        for (TrainingListener listener : all) {
            listener.epochStarted(epoch);
        }
    }

    @Override
    public void batchEnded(int batch, long items, double loss, double gradientNorm) {
        for (TrainingListener listener : all) {
            listener.batchEnded(batch, items, loss, gradientNorm);
        }
    }

    @Override
    public void epochEnded(EpochFigures figures) {
        for (TrainingListener listener : all) {
            listener.epochEnded(figures);
        }
    }

    @Override
    public void resumable(TrainingMoment moment) {
        for (TrainingListener listener : all) {
            listener.resumable(moment);
        }
    }

    @Override
    public void trainingEnded(TrainingResult result) {
        for (TrainingListener listener : all) {
            listener.trainingEnded(result);
        }
    }

    @Override
    public boolean wantsStop() {
        boolean wanted = false;
        for (TrainingListener listener : all) {
            wanted |= listener.wantsStop();
        }
        return wanted;
    }
}
