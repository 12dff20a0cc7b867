package dev.aftercommit.notification.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of notifications, oldest first.
 *
 * @param next give it as {@code after} for the next page; absent on the last one
 */
public record NotificationPage(List<Notification> items, @Nullable String next) {}
